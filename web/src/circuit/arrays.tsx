import { h, type JSX } from "preact";
import type { SceneNode } from "./records";
import type { State } from "./state";
export function Arrays(_: { s: State; node: SceneNode }): JSX.Element | null { return null; }
void h;
