import type { BundledPackage } from "./packages.ts";

const LINE = "-".repeat(80);

/** The licences of everything in the executable, as one text. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const parts = packages.map(({ name, version, license, text }) => {
    return `${name} ${version} (${license})\n\n${text ?? "The package carries no licence text of its own; its licence is the one named above."}`;
  });
  return `dramabot contains the following third-party software.\n\n${LINE}\n${parts.join(`\n\n${LINE}\n`)}\n`;
}
