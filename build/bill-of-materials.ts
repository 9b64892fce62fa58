import type { BundledPackage } from "./packages.ts";

export interface BillOptions {
  readonly version: string;
  readonly packages: readonly BundledPackage[];
}

/** What the executable is made of, as CycloneDX 1.6 (JSON). It holds no time and no random number: the same in, the same out. */
export function billOfMaterials({ version, packages }: BillOptions): string {
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "application", "bom-ref": `dramabot@${version}`, name: "dramabot", version },
    },
    components: packages.map(({ name, version: of, license, homepage }) => ({
      type: name === "node" ? "platform" : "library",
      "bom-ref": reference(name, of),
      name,
      version: of,
      licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
      purl: reference(name, of),
      ...(homepage === undefined ? {} : { externalReferences: [{ type: "website", url: homepage }] }),
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Package URL (ECMA-427): a scope's `@` is written as `%40`. */
function reference(name: string, version: string): string {
  return name === "node" ? `pkg:generic/node@${version}` : `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}
