/// When what happens in a run, milliseconds since its start; all in proportion to the time in which payments are made.
public struct WorldTimeline: Sendable, Equatable {
    /// The failing merchant's server answers 500.
    public let failing: Range<Int>
    /// The operator's restriction is in force; the kill lies inside, so that it must survive it.
    public let restricted: Range<Int>
    /// The daemon is killed.
    public let killAtMillis: Int
    /// The faker turns dishonest; a little before the kill, so that its block or the windows that lead to it must
    /// survive it.
    public let fakesFromMillis: Int
    /// The honest merchant's rush; behind the kill, when every merchant has a history.
    public let rush: Range<Int>
    /// The late merchant is registered; behind the kill, so that its held orders must survive it.
    public let registerAtMillis: Int

    /// The moments of a run with payments for so long.
    public init(paymentMillis: Int) {
        func part(_ percent: Int) -> Int { paymentMillis * percent / 100 }
        failing = part(20)..<part(45)
        restricted = part(35)..<part(75)
        killAtMillis = part(50)
        registerAtMillis = part(65)
        fakesFromMillis = part(40)
        rush = part(60)..<part(80)
    }
}
