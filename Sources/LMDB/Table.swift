/// A named table of an environment. Opened once, at start; valid until the environment closes.
public struct Table: Sendable, Hashable {
    let handle: UInt32
}
