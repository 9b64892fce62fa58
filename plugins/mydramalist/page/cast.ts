import { isTag } from "domhandler";
import type { CastMember } from "../record.ts";
import { readPerson } from "./credits.ts";
import { all, type NoPage, nameOfNoPage, parsePage, textOf } from "./dom.ts";

/**
 * Reads the actors of a cast page, where headings ("Director", "Main Role", "Support Role") and lists take
 * turns. The crew is left out: the title's page names it.
 */
export function readCastPage(html: string): readonly CastMember[] | NoPage {
  const page = parsePage(html);
  const bodies = all(".box.cast-credits .box-body", page);
  if (bodies.length === 0) return nameOfNoPage(page);
  const cast: CastMember[] = [];
  for (const body of bodies) {
    let heading = "";
    for (const child of body.children) {
      if (!isTag(child)) continue;
      if (child.name === "h3") heading = textOf(child);
      if (child.name !== "ul" || !/role|cast|host|guest/i.test(heading)) continue;
      for (const item of all("li.list-item", child)) {
        const person = readPerson(item);
        if (person) cast.push(person.role === undefined ? { ...person, role: heading } : person);
      }
    }
  }
  return cast;
}
