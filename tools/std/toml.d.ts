export declare function parse(text: string): Record<string, unknown>;
export declare function stringify(value: Record<string, unknown>): string;
