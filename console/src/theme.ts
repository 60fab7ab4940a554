// Colours and sizes of the console. Dense, because operators look at many things at once.
import { type CSSVariablesResolver, createTheme, darken, lighten, type MantineColorsTuple } from "@mantine/core";

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
  respectReducedMotion: true,
});

/**
 * Words in a colour are darker than the library has them, or lighter in the dark: its own greys, greens and yellows are
 * too pale to be read by everybody (WCAG 2.1, 1.4.3).
 */
export const readable: CSSVariablesResolver = ({ colors }) => {
  const names = Object.keys(colors);
  const words = (shade: (name: string) => string) =>
    Object.fromEntries(
      names.flatMap((name) => [
        [`--mantine-color-${name}-text`, shade(name)],
        [`--mantine-color-${name}-light-color`, shade(name)],
        [`--mantine-color-${name}-outline`, shade(name)],
      ]),
    );
  // What carries white text; the library's own red is too bright for it.
  const danger = {
    "--mantine-color-red-filled": colors.red[9],
    "--mantine-color-red-filled-hover": darken(colors.red[9], 0.1),
  };
  const pale = { "--mantine-color-dimmed": colors.gray[7], "--mantine-color-placeholder": colors.gray[7] };
  const bright = { "--mantine-color-dimmed": colors.dark[1], "--mantine-color-placeholder": colors.dark[1] };
  return {
    variables: {},
    light: { ...words((name) => darken(colors[name]?.[9] ?? "#000000", 0.35)), ...pale, ...danger },
    dark: { ...words((name) => lighten(colors[name]?.[3] ?? "#ffffff", 0.2)), ...bright, ...danger },
  };
};
