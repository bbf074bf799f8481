internal import MessageModel

extension IdempotencyKey.Lifetime {
    /// The shortest lifetime that a signed request cannot outlive which is taken while its time is less than `windowSeconds` off the server's.
    ///
    /// Times are whole seconds, the server's rounded down: with a window of `w` a request is taken from `w - 1` seconds before its time until the
    /// end of the second that lies `w - 1` behind it, which is `2 * (w - 1)` seconds and 999 milliseconds. One second more is for the way from the
    /// check to the store, which makes `2 * w` seconds: the default of 300 fits the ten minutes of ``MessageModel/IdempotencyKey/Lifetime/replayGuard``
    /// to the millisecond, anything longer is remembered for a day.
    static func guarding(windowSeconds: UInt64) -> Self {
        2 * windowSeconds * 1_000 <= replayGuard.milliseconds ? .replayGuard : .producer
    }
}
