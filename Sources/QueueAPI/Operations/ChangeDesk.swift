internal import CMQProtocol
internal import MessageModel

/// Lets one change of queues, topics and subscriptions through at a time, so that what a call looked at still holds when it changes something.
actor ChangeDesk {
    private var turn = ChangeTurn(waitingCountMax: QueueAPILimits.waitingChangeCountMax)

    /// Waits for the turn.
    ///
    /// - Throws: ``CMQProtocol/CMQFault/controlThrottled`` where too many wait.
    func take() async throws(CMQFault) {
        if turn.takeIfFree() { return }
        guard turn.hasRoom else { throw .controlThrottled }
        await withCheckedContinuation { turn.wait($0) }
    }

    /// Ends the turn.
    func give() { turn.give() }
}
