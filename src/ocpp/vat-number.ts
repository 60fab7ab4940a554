// The form of a VAT number, country by country. It tells a typing error from a number, never whether a company exists:
// that only the registers know (VIES for the EU, HMRC for the United Kingdom), and none is asked here.
// Source: the VIES page "VAT identification number structure", and the registers of the countries outside the EU.

const FORMS: Readonly<Record<string, RegExp>> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CH: /^E\d{9}(MWST|TVA|IVA)?$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  // Greece's code is not its ISO code.
  EL: /^\d{9}$/,
  ES: /^([A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  GB: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(\d[A-Z0-9+*]\d{5}[A-Z]|\d{7}[A-W][A-I]?)$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^[A-Z0-9+*]{10}\d{2}$/,
  NO: /^\d{9}(MVA)?$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^[1-9]\d{1,9}$/,
  SE: /^\d{10}01$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  // Northern Ireland's trade in goods.
  XI: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
};

export interface VatVerdict {
  isValid: boolean;
  /** At most 20 characters: it goes into a statusInfo. */
  reasonCode: "FormChecked" | "InvalidForm" | "UnknownCountry";
  detail: string;
}

/** @param sent with the country's code in front; spaces, dots and hyphens are for the eye */
export function checkVatNumber(sent: string): VatVerdict {
  const number = sent.toUpperCase().replace(/[\s.-]/g, "");
  const country = number.slice(0, 2);
  const form = Object.hasOwn(FORMS, country) ? FORMS[country] : undefined;
  if (form === undefined) {
    const detail = "The number begins with no country whose form is known here.";
    return { isValid: false, reasonCode: "UnknownCountry", detail };
  }
  return form.test(number.slice(2))
    ? { isValid: true, reasonCode: "FormChecked", detail: "The form is right. No register was asked." }
    : { isValid: false, reasonCode: "InvalidForm", detail: `This is not the form of a VAT number of ${country}.` };
}
