/** A row of numbers that look random and are the same in every run. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // The low bits of such a generator repeat soon.
    return (state >>> 8) % below;
  };
}

/** Pieces of Telegram HTML, of other HTML, of what looks like HTML, and of scripts and signs that break programs. */
const pieces: readonly string[] = [
  ...["<b>", "</b>", "<strong>", "<i>", "</i>", "<u>", "</u>", "<s>", "<del>", "</del>", "</s>", "<B>", "</B >"],
  ...["<code>", "</code>", '<code class="language-js">', "<pre>", "</pre>", "<pre><code class=language-x>", "<b\n>"],
  ...["<a href='https://example.org/?a=1&b=2'>", '<a href="">', "<a>", "</a>", "<a href=javascript:x>", "<b/>"],
  ...["<blockquote>", "<blockquote expandable>", "</blockquote>", "<tg-spoiler>", "</tg-spoiler>", "<span>", "</span>"],
  ...["<span class='tg-spoiler'>", "<tg-emoji emoji-id='5'>👍</tg-emoji>", "<tg-emoji emoji-id='x'>", "</tg-emoji>"],
  ...["<", ">", "&", "<&>", "&amp;", "&amp", "&lt;", "&lt", "&nbsp;", "&#", "&#x1F600;", "&#128512;", "&#xd83d;"],
  ...["&#0;", ";", "'", '"', "=", "</", "<!--", "<br>", "<div>", "<b", '<a href="', "{title}", "\\"],
  ...[
    "word ",
    "Sweet Home ",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\u2028",
    "x".repeat(70),
    "字字字字",
    "ﷺ",
    "é",
    "e\u0301\u0302",
  ],
  ...[
    "😀",
    "👩‍👩‍👧‍👦",
    "🇰🇷",
    "👍🏽",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "שלום ",
    "مرحبا",
    "\u202e",
    "\u200f",
    "\u200b",
    "\u200d",
    "\ufe0f",
    "\ufeff",
  ],
  ...["\ud83d", "\ude00", "\udc00", "\u0000", "\u001b[31m", "\u007f"],
];

/** A text of up to `most` such pieces. */
export function rubbish(random: (below: number) => number, most: number): string {
  let text = "";
  for (let count = random(most) + 1; count > 0; count--) text += pieces[random(pieces.length)];
  return text;
}
