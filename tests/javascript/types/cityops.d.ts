/* The one global of the pages, window.cityops, and what the server sends. For the type check only: nothing loads it. */

type Words = Record<string, string>;

/* One open alert: dashboard/city/alerts/alert_rows.py. Times are ms since 1970; what has no value is absent. */
interface Alert {
  id: string;
  version: number;
  severity: number;
  state: string;
  active: boolean;
  acknowledged: boolean;
  waiting: boolean;
  aside: boolean;
  rank: string;
  alarm?: boolean;
  sensor: string;
  sensor_name: string;
  area: string;
  domain: string;
  title_zh: string;
  title_en: string;
  place_zh: string;
  place_en: string;
  search: string;
  lon: number;
  lat: number;
  opened: number;
  due?: number;
  stale_since?: number;
  shelved_until?: number;
  by?: string;
  assigned?: string;
  incident?: number;
  level?: number;
  weight?: number;
  value_text?: string;
  limit_text?: string;
}
type Alerts = Record<string, Alert>;

/* The city as a screen has it: dashboard/city/snapshot.py. A part that the server does not know is absent. */
/* What walls say of cases: dashboard/city/case_numbers.py. {} in a city without cases. */
interface CaseNumbers {
  filed?: number;
  closed?: number;
  open?: number;
  overdue?: number;
  on_time?: number;
  departments?: (Words & { overdue: any })[];
  points?: Record<string, [number, number, number]>;
}

interface Picture {
  cases?: CaseNumbers;
  base?: string;
  made?: string;
  calm?: boolean;
  read?: number;
  measured?: number;
  received?: number;
  database?: { lost: boolean };
  director?: Shown;
  alerts?: Alerts;
  indices?: Record<string, any>;
  vitals?: Record<string, any>;
  trends?: Record<string, any>;
  troubles?: Record<string, any>;
  weather?: Record<string, any>;
  [part: string]: any;
}
type Patch = Record<string, any> | null;
type Listener = (picture: Picture, patch: Patch) => void;

interface Shown {
  scene: string;
  since?: number;
  until?: number;
  by?: string;
  pinned?: boolean;
}

interface Clock {
  steady(): number;
  hear(time: number, age?: number): void;
  now(): number;
  isToldOf(): boolean;
  error(): number;
  hasLeapt(): boolean;
  iso(time: number): string;
}

/* Something that a page waits for; an act has a key. */
interface Wait {
  label: string;
  key?: string;
  isAct: boolean;
  since: number;
  phase: string;
}
interface Answer {
  ok: boolean;
  status: number;
  content: any;
}
interface Requests {
  read(address: RequestInfo | URL, options?: RequestInit, label?: string): Promise<Response>;
  once(address: RequestInfo | URL, options?: RequestInit, label?: string, limit?: number): Promise<Response>;
  FILE_LIMIT: number;
  send(address: string, options: RequestInit, label?: string): Promise<{ answer?: Response; became?: any }>;
  act(address: string, wish: { method?: string; body?: any; label: string }): Promise<Answer>;
  insist(
    address: string,
    options: RequestInit,
    label: string,
    tell: (stored: boolean | null) => void,
  ): Promise<Response>;
  resume(wait: Wait): Promise<boolean | null>;
  waits(): Wait[];
  listen(listener: () => void): number;
}

/* One line of the desk's queue: an alert, or an incident by the alert that is first of it. */
interface Line {
  id: string;
  order: string;
  fold: number;
  open: boolean;
  inside: boolean;
  marked?: boolean;
  markable?: boolean;
}
type Row = Alert & Line;
type Lines = Map<string, Line>;
type Passes = (alert: Alert) => boolean;

interface Desk {
  /* Shared by the scripts of assets/pages/desk, each of which says what it is. */
  chosen: string | null;
  place: number;
  marked: Set<string>;
  unfolded: Set<string>;
  news: Set<string>;
  filters: Record<string, any>;
  /* queue.js, rows.js: pure */
  isWaiting: Passes;
  isAside: Passes;
  dueOf(alert: Alert): number | undefined;
  groupOf(alert: Alert): string;
  arrange(alerts: Alerts, passes: Passes, unfolded: Set<string>): Lines;
  standsFor(line: Line, alerts: Alerts, passes: Passes): string[];
  changesOf(
    before: Lines,
    after: Lines,
    alerts: Alerts,
    touched: Set<string> | null,
  ): { add: Row[]; update: Row[]; remove: { id: string }[]; moved: Set<string> };
  /* grid.js */
  grid(): any;
  lineOf(id: string): Line | undefined;
  show(touched?: Set<string> | null): void;
  titleOf(alert: Alert): string;
  goToNews(): void;
  highlight(): void;
  isNarrow(): boolean;
  toggleFold(id: string, open?: boolean): void;
  /* chosen.js */
  choose(id: string | null): void;
  leave(): void;
  made(id: string, version: number): void;
  versionOf(id: string): number;
  refresh(): void;
  followChosen(touched: Set<string> | null): void;
  dueText(moment: number): string;
  /* filters.js */
  writeAddress(): void;
  isFiltered(): boolean;
  passes(): Passes;
  toggleSeverity(severity: string): void;
  toggleMine(): void;
  fileCase(): Promise<void>;
  clearFilters(): void;
  showFilters(): void;
  nameDistricts(ranking: Record<string, any> | undefined): void;
  /* sending.js, acts.js */
  whyWait(about: string): string;
  send(about: string, name: string, path: string, body: any): Promise<Answer>;
  nameOf(id: string): string;
  tell(id: string, words: string, good?: boolean): void;
  refusal(answer: { status: number; content: any }, name: string): string;
  say(words: string, good?: boolean | null): any;
  begin(name: string): any;
  bulk(): any;
  mark(id: string, on?: boolean): void;
  markAll(): void;
  unmark(): void;
  showMarks(): void;
  formOpen(): any;
  reopen(form: any): boolean;
  offerUndo(id: string, left: number): void;
  undo(): any;
  undoLeft(): { id: string; left: number } | null;
}

interface CityMap {
  gl: any;
  parts: any;
  isReady: boolean;
  ground: string[];
  failure: string | null;
  rem(): number;
  factor(): number;
  listen(listener: Listener): void;
  onRestored(listener: (picture: Picture) => void): void;
  target(): any;
  loadingFor(): number;
  isDrawing(): boolean;
  clear(plot: any): void;
  drop(): void;
  replaceWorkers(): void;
  drawAnew(): void;
  attend(): void;
}

interface Wall {
  setLevel(node: Element, level: string | undefined): void;
  inOrder(alerts: Alerts | undefined): Alert[];
  inLanguage(thing: any, name: string): string;
  name(thing: any): string;
  /* lists.js */
  alertState(alert: Alert): string;
  [more: string]: any;
}

interface Place {
  longitude: number;
  latitude: number;
}

interface CityOps {
  zone: string;
  outsideWarnings(warnings: Record<string, any>, now: number): { severity: number; words: string };
  language: string;
  /* by name; cityops/domains */
  domains: Record<string, any>;
  made: string;
  /* page.js */
  say(key: string, value?: any): string;
  setText(node: Node | null | undefined, text: string): void;
  fitColumns(api: any): void;
  setClass(node: Element | null | undefined, name: string, on: boolean): void;
  each(selector: string, work: (node: any) => void): void;
  make(tag: string, className: string, parent?: Element): any;
  resize(box: Element, count: number, build: () => Element): void;
  duration(ms: number): string;
  ago(ms: number): string;
  clockTime(ms: number): string;
  minute(ms: number): string;
  /* clock.js, lease.js, live.js, merge.js */
  clock: Clock;
  makeClock(by: { steady: () => number; wall: () => number }): Clock;
  mayTake(lease: { tab: string; at: number } | null, tab: string, now: number): boolean;
  /* pages/case_fresh.js */
  freshen(keeps?: (part: any) => boolean): Promise<boolean>;
  /* pages/case_photos.js */
  shrinkPhoto(file: File): Promise<Blob | null>;
  sendPhotos(id: string, files: any, label: string): Promise<string[] | null>;
  /* pages/case_many.js */
  caseMarks?: { show(): void; clear(): void; toggle(): void; focus(): void };
  /* pages/case_outbox.js */
  makeCallMap(
    frame: HTMLElement,
    told: (place: Place) => void,
  ): { show(place: Place | null, near?: boolean): void; whole(): void };
  hotline?: { setPlace(place: Place | null, near?: boolean): void };
  makeOutbox(by: {
    storage: any;
    name: string;
    send: (item: any) => Promise<{ status: number; content: any }>;
    newKey: () => string;
  }): {
    items(): any[];
    put(item: any): boolean;
    flush(told: (item: any, answer: { status: number; content: any }) => void): Promise<void>;
  };
  /* pages/case_work.js */
  kilometres(from: any, to: any): number;
  makeLease(
    name: string,
    by: { storage: Storage; tab: string; now: () => number },
  ): { hold: () => boolean; leave: () => void };
  live: {
    picture: Picture | null;
    alerts(): Alerts;
    now(): number;
    beatAt(): number;
    listen(listener: Listener): void;
  };
  merge<T>(target: T, patch: any): T;
  touches(patch: any, names: string[]): boolean;
  /* pacing.js */
  pace(
    draw: (patch: any) => Promise<unknown> | null | void,
    by: { now(): number; later(call: () => void, ms: number): unknown; rests?: number; longest?: number },
  ): (patch: any) => void;
  /* requests.js, waiting.js, forms.js */
  requests: Requests;
  newKey(): string;
  makeRequests(by: {
    fetch: typeof fetch;
    now: () => number;
    after: (ms: number, work: () => void) => () => void;
    newKey: () => string;
  }): Requests;
  phaseOf(wait: Wait, now: number): string;
  waitWords(wait: Wait): string;
  notice(words: string, good?: boolean): void;
  sendForm(form: HTMLFormElement, submitter?: any): any;
  /* paging.js */
  readPages(address: string, fetch?: (address: string) => Promise<any>): Promise<{ rows: any[]; status: number }>;
  /* keyboard.js, language.js */
  isComposing(event: KeyboardEvent): boolean;
  fold(text: string): string;
  onSearch(id: string, work: (text: string) => void): void;
  carry(name: string, keep: () => any, restore: (kept: any, age: number) => boolean): void;
  fill(node: any, value: string): void;
  forgetTyped(): void;
  /* pure parts of renewal.js, charts.js, map/graphics.js */
  renewal: { decide(facts: Record<string, any>): string; againAfter: number };
  charts: { judge(facts: Record<string, any>): { words: string; redraw: boolean } };
  graphics: { diagnose(facts: Record<string, any>): { words: string; rebuild: boolean }; longestRest: number };
  /* the map, the wall, the desk, the alarm */
  map: CityMap;
  backBuffer(gl: any, onShown: () => void): { isDrawing(): boolean };
  camera: any;
  clusters: any;
  layers: any;
  marks: any;
  wall: Wall;
  caseScene: { show(wanted: boolean, picture: Picture): void };
  incident: { listen(listener: () => void): void; show(alertId: string | null, picture: Picture): void };
  sparkline(values: (number | "")[], reach?: number): { line: string; points: string };
  sound: { state(): string; allow(): Promise<void>; silence(): void; play(): boolean };
  get desk(): Desk;
  set desk(value: any);
}
