/// The rating as it is reported: by hour and day of Beijing, newest first, and the last 5 minutes.
public struct RatingReport: Sendable {
    /// One hour or day.
    public struct Period: Sendable, Equatable {
        /// Its beginning, Unix milliseconds.
        public let startMillis: Int64
        /// What happened in it.
        public let tally: RatingTally

        /// Joins the members.
        public init(startMillis: Int64, tally: RatingTally) {
            self.startMillis = startMillis
            self.tally = tally
        }
    }

    /// The alarm.
    public let alarm: RatingAlarm
    /// The last 5 minutes.
    public let window: RatingTally
    /// Hours in which something happened.
    public let hours: [Period]
    /// Days in which something happened.
    public let days: [Period]

    /// Joins the members.
    public init(alarm: RatingAlarm, window: RatingTally, hours: [Period], days: [Period]) {
        self.alarm = alarm
        self.window = window
        self.hours = hours
        self.days = days
    }

    /// What the figures cannot show.
    public static let note =
        "Counted is what reached this daemon: deliveries that were lost on the way or found no listener are not among them."
        + " Answer times begin when a request was read whole."
}

/// Where the rating is read.
public protocol RatingDesk: Sendable {
    /// The newest hours and days, at most so many; what was answered up to now is among them.
    func report(hourCountMax: Int, dayCountMax: Int) async -> RatingReport
}
