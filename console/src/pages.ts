// Every page of the console, in the order of the menu. Each part of the menu lists its own.
import { CHARGING } from "./pages/charging";
import { DRIVER } from "./pages/driver";
import { ENERGY } from "./pages/energy";
import { EVERYBODY } from "./pages/everybody";
import { MONEY } from "./pages/money";
import { OPERATE } from "./pages/operate";
import type { PageRow } from "./pages/page-row";
import { PEOPLE } from "./pages/people";
import { SYSTEM } from "./pages/system";

export const PAGES: readonly PageRow[] = [
  ...OPERATE,
  ...CHARGING,
  ...PEOPLE,
  ...MONEY,
  ...ENERGY,
  ...SYSTEM,
  ...DRIVER,
  ...EVERYBODY,
];
