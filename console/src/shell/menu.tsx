// The menu: the pages of each group, the one that is open marked.
import { NavLink, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { GROUPS, type PageRow } from "../pages/page-row";

export function Menu({ pages }: { pages: readonly PageRow[] }) {
  const { t } = useTranslation();
  const [location] = useLocation();
  return GROUPS.map((group) => {
    const shown = pages.filter((page) => page.group === group);
    if (shown.length === 0) return null;
    return (
      <div key={group}>
        <Text size="xs" fw={600} c="dimmed" px="sm" pt="sm" pb={4}>
          {t(`groups.${group}`)}
        </Text>
        {shown.map(({ path, name, icon: Icon }) => (
          <NavLink
            key={path}
            component={Link}
            href={path}
            label={t(`pages.${name}`)}
            leftSection={Icon && <Icon size={18} stroke={1.6} aria-hidden />}
            active={isWithin(path, location)}
            aria-current={isWithin(path, location) ? "page" : undefined}
            py={6}
            style={{ borderRadius: "var(--mantine-radius-md)" }}
          />
        ))}
      </div>
    );
  });
}

function isWithin(path: string, location: string): boolean {
  return path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`);
}
