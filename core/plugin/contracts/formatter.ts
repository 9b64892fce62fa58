import assert from "node:assert/strict";
import type { FormatRequest, Formatter } from "../formatter.ts";
import {
  assertVisible,
  type ContractCase,
  type ContractOptions,
  endsWhenAborted,
  hasNoMistypedKey,
  isAdmitted,
  keysOf,
  settled,
} from "./case.ts";

const KEYS = keysOf<Formatter>({ name: true, format: true });

/** Stands in a record where text stands; its raw form must not reach a caption. */
const MARK = "<&>";

/** Copies of a value in each of which one of its texts carries the mark. */
function marked(value: unknown): readonly unknown[] {
  if (typeof value === "string") return [`${value} ${MARK}`];
  if (Array.isArray(value)) return value.flatMap((item, at) => marked(item).map((copy) => value.with(at, copy)));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => marked(item).map((copy) => ({ ...value, [key]: copy })));
}

/**
 * Rules every {@link Formatter} keeps.
 *
 * @param request a record the formatter has a caption for, with its source.
 */
export function formatterContract(
  formatter: Formatter,
  request: Omit<FormatRequest, "signal">,
  { deadline = 5_000 }: ContractOptions = {},
): readonly ContractCase[] {
  const pristine = structuredClone(request.record);
  const format = (record: unknown = structuredClone(pristine)) =>
    settled("format()", deadline, () => formatter.format({ ...request, record, signal: new AbortController().signal }));
  return [
    isAdmitted("formatters", formatter),
    hasNoMistypedKey(formatter, { known: KEYS, of: "a formatter" }),
    {
      name: "gives a caption with something to see, or leaves the card to others",
      async run() {
        const caption = await format();
        if (caption !== undefined) assertVisible(caption, "format()");
      },
    },
    {
      name: "escapes what stands in a record",
      async run() {
        const records = marked(pristine).filter((record) => request.source.isRecord(record));
        assert.ok(records.length > 0, "the record holds no text to try this with");
        for (const record of records) {
          const caption = await format(record);
          if (caption !== undefined) assertVisible(caption, "format()");
          assert.ok(!caption?.includes(MARK), `a record's text stands in the caption as it is: ${caption}`);
        }
      },
    },
    {
      name: "leaves the record as it is",
      async run() {
        const record = structuredClone(pristine);
        await format(record);
        assert.deepEqual(record, pristine);
      },
    },
    {
      name: "ends when its signal aborts",
      run: () => endsWhenAborted("format()", deadline, async (signal) => formatter.format({ ...request, signal })),
    },
  ];
}
