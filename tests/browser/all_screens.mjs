// The addresses of all screens, for whatever goes through them: the rules of access, the contact sheet.

/** Screens without a record of their own in the address. `month` is a month as year and month. */
export function plainScreens(month = "2026-10") {
  return [
    "", "customers", "customers/new", "customers/pool", "customers/leads", "customers/duplicates", "customers/key-accounts",
    "cases", "cases/new", "cases/new?quick", "contacts", "contacts/new", "contacts/follow-ups", "contacts/events", "surveys", "surveys/new",
    "surveys/questionnaires", "duties", "conflicts", "grading", "penalties", "actions", "reports", "import", "sync", "settings",
    "settings/hand-over", "settings/pack", "settings/calendar", "settings/devices", "settings/recovery", "settings/retention",
    "settings/papers", `papers/statistics/${month}`, `papers/contacts/visit_plan/${month}`, "papers/customers/customer_list",
    `papers/penalties/${month}`, "papers/destruction/none", "no-such-screen",
  ];
}

/** Screens of the customer with this address, such as `customers/c…`. */
export const customerScreens = (customer) => [
  customer, `${customer}/print/customer_basic`, `${customer}/edit`, `${customer}/merge`, `${customer}/history`,
];

/** Screens of the case with this address. */
export const caseScreens = (entry) => [entry, `${entry}/history`, `${entry}/print/acknowledgement`];

/** Opens a screen of the app at `base` and waits until it has what it shows. */
export async function openScreen(page, base, path) {
  await page.goto(new URL(path, base).href);
  await page.getByRole("main").getByRole("heading").first().waitFor();
  await page.waitForFunction(() => !document.querySelector(".skeleton"));
}
