// Colours and sizes of the console. Dense, because operators look at many things at once.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** Its seventh shade carries white text at 4.5:1 and more. */
const volt: MantineColorsTuple = [
  "#e6fbf7",
  "#d2f3ec",
  "#a5e6da",
  "#74d9c6",
  "#4dccb5",
  "#35b8a1",
  "#1a9683",
  "#0f766e",
  "#0b5e58",
  "#064842",
];

export const theme = createTheme({
  primaryColor: "volt",
  primaryShade: { light: 7, dark: 8 },
  colors: { volt },
  defaultRadius: "md",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.9rem", lg: "1.05rem", xl: "1.25rem" },
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.5rem" }, h2: { fontSize: "1.15rem" } } },
  cursorType: "pointer",
  autoContrast: true,
});

/** The library's own grey for lesser words is too pale to be read by everybody. */
export const readable: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: { "--mantine-color-dimmed": colors.gray[7], "--mantine-color-placeholder": colors.gray[7] },
  dark: { "--mantine-color-dimmed": colors.dark[1], "--mantine-color-placeholder": colors.dark[1] },
});
