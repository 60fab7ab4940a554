// What strangers can do here: sign up, prove an address, get a new password. Links of our mails lead to these pages; their
// tokens stand behind the #, which browsers send to nobody.
import { Anchor, Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, Route, Switch } from "wouter";
import { Confirm } from "./confirm";
import { Forgotten } from "./forgotten";
import { NewPassword } from "./new-password";
import { SignUp } from "./sign-up";

export default function Account() {
  return (
    <Switch>
      <Route path="/account/confirm" component={Confirm} />
      <Route path="/account/forgotten" component={Forgotten} />
      <Route path="/account/new-password" component={NewPassword} />
      <Route path="/account/sign-up" component={SignUp} />
      <Route component={Forgotten} />
    </Switch>
  );
}

/** The token of the link that led here. */
export function linkToken(): string | undefined {
  return new URLSearchParams(window.location.hash.slice(1)).get("token") ?? undefined;
}

export function Card({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation("account");
  useDocumentTitle(`${title} · ov2x-edge`);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder shadow="sm" p="xl" w={400} maw="100%">
        <Stack>
          <div>
            <Text c="dimmed" size="sm">
              ov2x-edge
            </Text>
            <Title order={1}>{title}</Title>
          </div>
          {children}
          <Anchor component={Link} href="/" size="sm">
            {t("toSignIn")}
          </Anchor>
        </Stack>
      </Paper>
    </Center>
  );
}
