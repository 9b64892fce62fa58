@rem The scripts of package.json begin with exec, so that signals reach the bot and not a shell. This is exec where cmd.exe is the shell.
@%*
