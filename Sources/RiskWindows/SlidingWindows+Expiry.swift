extension SlidingWindows {
    /// Moves now to `toMillis`, and takes out of every window what is too old by then; an earlier moment changes nothing.
    ///
    /// - Complexity: O(events that leave a window), however far the moment is; gaps without events cost nothing.
    public mutating func advance(toMillis: Int64) {
        guard toMillis > nowMillis else { return }
        // Exact for all of Int64, because `toMillis` is larger.
        let stepMillis = UInt64(bitPattern: toMillis &- nowMillis)
        if log.count > 0 {
            expire(.minute, stepMillis)
            expire(.tenMinutes, stepMillis)
            expire(.hour, stepMillis)
            settle()
        }
        nowMillis = toMillis
    }

    /// Takes out of a window what it no longer holds `stepMillis` later: the step's length from its far end on, and no
    /// more than the whole window.
    ///
    /// Positions below the smallest time wrap round on the ring to moments without events.
    private mutating func expire(_ window: RiskWindow, _ stepMillis: UInt64) {
        let momentCount = Int(min(stepMillis, UInt64(window.spanMillis)))
        let start = nowMillis &- (window.spanMillis - 1)
        var walked = 0
        while let distance = log.distance(
            from: MomentSet.position(ofMillis: start &+ Int64(walked)), below: momentCount - walked)
        {
            walked += distance
            moments.append(MomentSet.position(ofMillis: start &+ Int64(walked)))
            walked += 1
            if moments.count == Self.gatheredCountMax { gather(window) }
        }
        gather(window)
    }

    /// Takes up the events of the moments that were found.
    private mutating func gather(_ window: RiskWindow) {
        var sum: UInt64 = 0
        for number in moments.indices { sum &+= log.readAhead(at: moments[number]) }
        readAheadSum = sum
        for number in moments.indices { expire(window, at: moments[number]) }
        moments.removeAll(keepingCapacity: true)
    }

    /// Takes the events of one moment out of a window; out of the hour they are forgotten.
    private mutating func expire(_ window: RiskWindow, at position: Int) {
        let last = log.last(at: position)
        var place = last
        var count = 0
        repeat {
            place = log[place].next
            if departures.count == Self.gatheredCountMax { settle() }
            departures.append(Departure(event: log[place], window: window))
            count += 1
        } while place != last
        if window == .hour { log.removeAll(at: position, count: count) }
    }

    /// Takes what has gathered out of its windows.
    ///
    /// Nearly all the time goes into waiting for memory, as every event touches a merchant and a pair of its own. Taken one
    /// by one, each wait would follow the other; hence everything is read once before, with no branch that depends on
    /// it, so that the processor waits for many at once.
    private mutating func settle() {
        var sum: UInt64 = 0
        for number in departures.indices {
            let departure = departures[number]
            let index = Int(departure.event.merchant) * Self.windowCount + departure.window.rawValue
            sum &+= pairs.readAhead(slot: departure.event.pair) &+ UInt64(cells[index].orderCount)
        }
        for number in departures.indices where departures[number].window == .hour {
            sum &+= pairs.readAhead(indexOf: departures[number].event.pair)
        }
        readAheadSum = sum
        for number in departures.indices {
            let departure = departures[number]
            leave(departure.event, departure.window.rawValue)
        }
        departures.removeAll(keepingCapacity: true)
    }

    private mutating func leave(_ event: LoggedEvent, _ window: Int) {
        let index = Int(event.merchant) * Self.windowCount + window
        let isLast = pairs.leave(event.pair, window)
        cells[index].sumFen -= event.amountFen
        cells[index].orderCount -= 1
        cells[index].payerCount -= isLast ? 1 : 0
    }

    /// Makes room for an event of this age by forgetting the oldest; false where that is the event itself.
    mutating func makeRoom(ageMillis: Int) -> Bool {
        guard log.count == eventCountMax else { return true }
        evictedCount += 1
        let hourMillis = RiskWindow.hour.spanMillis
        let start = nowMillis &- (hourMillis - 1)
        guard
            let distance = log.distance(from: MomentSet.position(ofMillis: start), below: Int(hourMillis) - ageMillis)
        else { return false }
        let oldestAgeMillis = UInt64(hourMillis) - 1 - UInt64(distance)
        let event = log.removeFirst(at: MomentSet.position(ofMillis: start &+ Int64(distance)))
        for window in Self.firstWindow(ageMillis: oldestAgeMillis)..<Self.windowCount { leave(event, window) }
        return true
    }
}
