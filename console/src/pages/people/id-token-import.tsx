// Many id tokens at once, pasted from a spreadsheet: one request a line, and a word about each that was refused.
import { Checkbox, Code, List, Progress, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fetchRaw } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { invalidate } from "../../api/queries";
import { useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone } from "../../ui/notify";
import { COLUMNS, type ImportLine, readLines } from "./import-lines";

interface Refusal {
  number: number;
  detail: string;
}

interface Course {
  done: number;
  all: number;
  refused: Refusal[];
}

export function IdTokenImport({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("people");
  const [course, setCourse] = useState<Course>();
  const form = useForm({ initialValues: { lines: "", replaces: false } });
  const submission = useSubmit(form, async ({ lines, replaces }) => {
    const all = readLines(lines);
    const refused: Refusal[] = [];
    for (const [done, line] of all.entries()) {
      setCourse({ done, all: all.length, refused: [...refused] });
      const detail = await send(line, replaces);
      if (detail !== undefined) refused.push({ number: line.number, detail });
    }
    setCourse({ done: all.length, all: all.length, refused });
    await invalidate("/api/id-tokens");
    if (refused.length > 0) return;
    notifyDone(t("imported", { count: all.length }));
    onClose();
  });
  return (
    <FormDrawer title={t("import")} submission={submission} onClose={onClose} action={t("import")} size="lg">
      <Text size="sm">
        {t("importAbout")} <Code>{COLUMNS.join(",")}</Code>
      </Text>
      <Textarea
        label={t("lines")}
        autosize
        minRows={8}
        maxRows={20}
        placeholder={"04A1B2C3,accepted,FLEET-1\n04D4E5F6"}
        data-autofocus
        {...form.getInputProps("lines")}
      />
      <Checkbox label={t("replaces")} {...form.getInputProps("replaces", { type: "checkbox" })} />
      {course !== undefined && (
        <>
          <Text size="sm" role="status">
            {t("importCourse", { done: course.done - course.refused.length, all: course.all })}
          </Text>
          <Progress value={(100 * course.done) / Math.max(course.all, 1)} aria-label={t("import")} />
          <List size="sm">
            {course.refused.map(({ number, detail }) => (
              <List.Item key={number}>{t("refusedLine", { number, detail })}</List.Item>
            ))}
          </List>
        </>
      )}
    </FormDrawer>
  );
}

/** The cells go as they are: whether they are right is the server's to say. @returns what is wrong with the line */
async function send({ cells }: ImportLine, replaces: boolean): Promise<string | undefined> {
  const { idToken = "", ...rest } = cells;
  const headers = { "content-type": "application/json" };
  try {
    await fetchRaw("/api/id-tokens", { method: "POST", headers, body: JSON.stringify(cells) });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (!replaces || error.status !== 409) return wordsOf(error);
    try {
      const path = `/api/id-tokens/${encodeURIComponent(idToken)}`;
      await fetchRaw(path, { method: "PATCH", headers, body: JSON.stringify(rest) });
    } catch (failure) {
      if (!(failure instanceof ApiProblem)) throw failure;
      return wordsOf(failure);
    }
  }
}

/** One fault is in the message already. */
const wordsOf = ({ message, body }: ApiProblem): string =>
  body?.errors !== undefined && body.errors.length > 1
    ? body.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ")
    : message;
