/* What the pages have beside the browser's own: libraries, and what a selector finds in them. */

interface Window {
  get cityops(): CityOps;
  set cityops(value: any);
  Plotly?: {
    newPlot(node: Element, data: any, layout: any, config?: any): Promise<any>;
    react(node: Element, data: any, layout: any, config?: any): Promise<any>;
    purge(node: Element): void;
    Plots: { resize(node: Element): Promise<any> };
    downloadImage(figure: any, options: any): Promise<string>;
  };
  React: { createElement(...parts: any[]): any };
  dash_ag_grid?: { getApi(id: string): any };
  dashAgGridComponentFunctions?: Record<string, (props: { data: any }) => any>;
  dash_clientside: { set_props(id: string, props: Record<string, any>): void; [more: string]: any };
  dateFns?: any;
  [more: string]: any;
}

/* Our pages are HTML: what a selector finds is the element that we made. */
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}
interface Element {
  closest(selector: string): any;
}
interface NonElementParentNode {
  getElementById(id: string): any;
}
interface Document {
  getElementById(id: string): any;
  addEventListener<K extends keyof DocumentEventMap>(
    type: K,
    listener: (this: Document, event: Heard<DocumentEventMap[K]>) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
}
interface HTMLElement {
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: Heard<HTMLElementEventMap[K]>) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
}
/* What a listener hears was sent to something; only events that nobody sent yet have no target. */
type Heard<E> = E & { readonly target: EventTarget };
interface NotificationOptions {
  renotify?: boolean; /* not in every browser */
}
interface PerformanceEntry {
  responseStart?: number; /* of the entry of type "navigation" */
}
interface EventTarget {
  /* A listener of the page hears of elements; what is none has no `closest`. */
  closest?(selector: string): any;
  [more: string]: any;
}
