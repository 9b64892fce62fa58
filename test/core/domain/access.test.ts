import assert from "node:assert/strict";
import { test } from "node:test";
import { mayUse, publicModeOf, roleOf } from "../../../core/domain/access.ts";

test("only what is known to be true lets people in", () => {
  const facts = { userId: 2, ownerId: 1, publicMode: false, authorised: false };
  assert.equal(roleOf({ ...facts, userId: 1, publicMode: undefined, authorised: undefined }), "owner");
  assert.equal(roleOf({ ...facts, publicMode: true, authorised: undefined }), "member");
  assert.equal(roleOf({ ...facts, authorised: true, publicMode: undefined }), "member");
  assert.equal(roleOf(facts), "stranger");
  assert.equal(roleOf({ ...facts, authorised: undefined }), "unknown");
  assert.equal(roleOf({ ...facts, publicMode: undefined }), "unknown");
});

test("nobody whose id is no number is the owner", () => {
  const facts = { ownerId: Number.NaN, publicMode: false, authorised: false };
  assert.equal(roleOf({ ...facts, userId: Number.NaN }), "stranger");
});

test("what the store holds instead of yes lets nobody in", () => {
  for (const odd of ["true", 1, {}, [true]]) {
    const facts = { userId: 2, ownerId: 1, publicMode: odd as boolean, authorised: odd as boolean }; // as a broken store would give it
    assert.notEqual(roleOf(facts), "member", JSON.stringify(odd));
  }
});

test("what is for members is closed to strangers and to people nobody could be asked about", () => {
  const audiences = ["everyone", "members", "owner"] as const;
  const roles = ["owner", "member", "stranger", "unknown"] as const;
  assert.deepEqual(
    audiences.map((audience) => roles.filter((role) => mayUse(audience, role))),
    [["owner", "member", "stranger", "unknown"], ["owner", "member"], ["owner"]],
  );
});

test("the stored setting wins, and an odd one means private", () => {
  assert.equal(publicModeOf(undefined, true), true);
  assert.equal(publicModeOf(null, true), true);
  assert.equal(publicModeOf(undefined, false), false);
  assert.equal(publicModeOf(false, true), false);
  assert.equal(publicModeOf(true, false), true);
  for (const odd of ["yes", "true", 1, {}, [], ""]) assert.equal(publicModeOf(odd, true), false, JSON.stringify(odd));
});
