// The languages of the console. Texts lie in files, one a language and area, and are fetched with the first page that
// needs them. English is whole; what another language lacks is shown in English.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", el: "Ελληνικά" } as const;
export type Language = keyof typeof LANGUAGES;

const STORAGE_KEY = "ov2x-edge.language";

const files = import.meta.glob<Record<string, unknown>>("./*/*.json", { import: "default" });

const backend = {
  type: "backend" as const,
  read(language: string, area: string, done: (error: Error | null, texts: Record<string, unknown> | null) => void) {
    const load = files[`./${language}/${area}.json`];
    if (load === undefined) done(new Error(`no texts for ${area} in ${language}`), null);
    else
      void load()
        .then((texts) => done(null, texts))
        .catch((error: Error) => done(error, null));
  },
};

export async function startI18n(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferred(),
      fallbackLng: "en",
      supportedLngs: Object.keys(LANGUAGES),
      ns: ["common"],
      defaultNS: "common",
      // React escapes already.
      interpolation: { escapeValue: false },
    });
}

export async function speak(language: Language): Promise<void> {
  localStorage.setItem(STORAGE_KEY, language);
  await i18next.changeLanguage(language);
}

function preferred(): Language {
  const wanted = [localStorage.getItem(STORAGE_KEY), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((tag): tag is Language => tag !== null && tag in LANGUAGES) ?? "en";
}
