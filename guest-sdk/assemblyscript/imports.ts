// What the host offers. Nobody but the SDK uses it.

// @ts-ignore: decorators are AssemblyScript's
@external("hookmill:transform/log@1.0.0", "write")
export declare function write(level: u32, at: usize, length: usize): void;
