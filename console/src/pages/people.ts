import type { PageRow } from "./page-row";

export const PEOPLE: readonly PageRow[] = [];
