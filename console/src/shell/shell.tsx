// The room around the pages: menu, header, and whether the live feed is heard.
import { AppShell, Burger, Group, ScrollArea, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, Route, Switch, useLocation } from "wouter";
import { useMe } from "../api/me";
import { useFleetFeed } from "../live/fleet";
import { keepFresh } from "../live/stale";
import { Failure } from "../ui/failure";
import { Loading } from "../ui/loading";
import { Page } from "../ui/page";
import { ErrorBoundary } from "./error-boundary";
import { FeedLamp } from "./feed-lamp";
import { Menu } from "./menu";
import { pagesFor } from "./pages-for";
import { paramsIn } from "./params";
import classes from "./shell.module.css";
import { UserMenu } from "./user-menu";

export function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const [isOpen, { toggle, close }] = useDisclosure();
  const [location] = useLocation();
  const feed = useFleetFeed();
  useEffect(keepFresh, []);
  useEffect(close, [location]);

  if (me.data === undefined) return me.error ? <Failure error={me.error} retry={me.refetch} /> : <Loading />;
  const pages = pagesFor(me.data.role);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="lg"
    >
      <a href="#main" className={classes.skip}>
        {t("skipToContent")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("menu")} />
            <Text component={Link} href="/" fw={700} size="lg" c="inherit" td="none">
              ov2x-edge
            </Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <FeedLamp state={feed} />
            <UserMenu name={me.data.username} role={me.data.role} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar component="nav" aria-label={t("menu")}>
        <ScrollArea type="hover" h="100%" p="xs">
          <Menu pages={pages} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <ErrorBoundary key={location}>
          <Suspense fallback={<Loading />}>
            <Switch>
              {pages.map(({ path, component: Component }) => (
                <Route key={path} path={path}>
                  {() => <Component params={paramsIn(path, window.location.pathname)} />}
                </Route>
              ))}
              <Route>
                <Page title={t("noSuchPage")}>
                  <Text component={Link} href="/">
                    {t("toOverview")}
                  </Text>
                </Page>
              </Route>
            </Switch>
          </Suspense>
        </ErrorBoundary>
      </AppShell.Main>
    </AppShell>
  );
}
