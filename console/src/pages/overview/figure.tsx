// One number that matters, and the page that tells more.
import { Card, Text } from "@mantine/core";
import { Link } from "wouter";

interface FigureProps {
  name: string;
  value: string;
  note?: string | undefined;
  isBad?: boolean;
  href: string;
}

export function Figure({ name, value, note, isBad = false, href }: FigureProps) {
  return (
    <Card component={Link} href={href} withBorder padding="md" td="none" c="inherit">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fz={22} fw={650} style={{ fontVariantNumeric: "tabular-nums" }} {...(isBad && { c: "red" })}>
        {value}
      </Text>
      {note !== undefined && (
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      )}
    </Card>
  );
}
