const named = process.env.DRAMABOT_PROGRAM ?? "";

/** The single executable under test; `undefined` when `DRAMABOT_PROGRAM` names none. */
export const executable: string | undefined = /[\\/]dramabot-[^\\/]+$/.test(named) ? named : undefined;

/** Why a test of the executable is skipped; `false` when it is not. */
export const unnamed: string | false = executable === undefined && "DRAMABOT_PROGRAM names no executable";

/** The executable for another target, made by the same build. @param target with its ending, such as `win-x64.exe`. */
export function sibling(target: string): string {
  return named.replace(/(?:linux|darwin|win)-(?:x64|arm64)(?:\.exe)?$/, target);
}
