import type { PageRow } from "./page-row";

export const ENERGY: readonly PageRow[] = [];
