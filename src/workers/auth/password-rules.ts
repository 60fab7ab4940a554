// Which passwords are worth stretching: long enough (the schemas see to that), and not what anybody tries first.
// No rules about kinds of characters: they make passwords worse (NIST SP 800-63B, 3.1.1.2).
import type { Failure } from "../problems.ts";

/** Those of eight characters and more that lists of leaked passwords begin with. */
const COMMON = new Set(
  `12345678 123456789 1234567890 12345678910 0123456789 0987654321 87654321 987654321 123123123 11111111 111111111
  1111111111 00000000 000000000 0000000000 88888888 99999999 12341234 11223344 1122334455 112233445566 12344321 123454321
  1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwerty12345
  qwertz123 azertyuiop asdfghjk asdfghjkl zxcvbnm1 q1w2e3r4 q1w2e3r4t5 zaq12wsx qazwsxedc abcdefgh abcd1234 abcde12345
  abc12345 abc123456 a1b2c3d4 a1234567 a12345678 aa123456 aa12345678 password password1 password12 password123
  password1234 password! passw0rd p@ssword p@ssw0rd p@ssw0rd1 passwort passwort1 iloveyou iloveyou1 sunshine princess
  football baseball basketball superman batman123 trustno1 letmein1 letmein123 welcome1 welcome12 welcome123 welcome2024
  welcome2025 welcome2026 admin123 admin1234 admin12345 admin123456 administrator root1234 rootroot master123 monkey123
  dragon123 michelle jennifer computer internet whatever charlie1 starwars pokemon1 liverpool chelsea1 changeme changeme1
  changeme123 default1 secret123 test1234 testtest test12345 tester123 guest1234 user1234 temp1234 qwe12345 qweasdzxc
  google123 facebook samsung1 electric charging chargepoint charger1 charger123 evcharger ev123456 ocpp1234`.split(
    /\s+/,
  ),
);

/** What everything here is called. */
const OURS = ["ov2x-edge", "ov2x"];

interface About {
  username?: string | undefined;
  email?: string | null | undefined;
  name?: string | null | undefined;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
}

/** Why the password will not do for this user; undefined: it will. */
export function weakness(password: string, about: About): string | undefined {
  const text = password.toLowerCase();
  if (COMMON.has(text)) return "is one of the most common passwords";
  if (new Set(text).size < 3) return "repeats one or two characters";
  // What is left when everything that others know is taken out has to be a password still.
  const known = [...OURS, ...namesOf(about)].filter((name) => name.length >= 3).sort((a, b) => b.length - a.length);
  const rest = known.reduce((left, name) => left.replaceAll(name, ""), text);
  return rest.length < 6 ? "is little more than the name or the address" : undefined;
}

/** The same as the failure of a request. @param pointer to the password in its body */
export function refuseWeak(password: string, about: About, pointer = "/password"): Failure<"invalid"> | undefined {
  const detail = weakness(password, about);
  return detail === undefined
    ? undefined
    : { reason: "invalid", detail: `The password ${detail}.`, errors: [{ pointer, detail }] };
}

function namesOf({ username, email, name, firstName, lastName }: About): string[] {
  const given = [username, email, email?.split("@")[0], name, firstName, lastName];
  return given.flatMap((text) => (text ? [text.toLowerCase(), ...text.toLowerCase().split(/[^\p{L}\p{N}]+/u)] : []));
}
