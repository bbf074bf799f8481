internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// From a name to a connection: resolve, vet every address, connect to a vetted address, compare the peer, TLS by name
/// (merchant-push §9, the steps in that order).
extension OutboundPool {
    func connect(_ attempt: OutboundAttempt) {
        if let literal = attempt.request.url.literalAddress { return vet(attempt, [literal]) }
        attempt.startPhase(attempt.timeLimits.dnsMillis, on: loop) { self.fail(attempt, .timeoutDNS) }
        resolver.resolve(attempt.key.host) { answer in
            guard !attempt.isDone else { return }
            attempt.timings.dnsMicros = attempt.endPhase(now: self.loop.now)
            switch answer {
            case .success(let addresses): self.vet(attempt, addresses)
            case .failure(let failure): self.fail(attempt, failure)
            }
        }
    }

    /// One blocked address fails the attempt, even if others are public: such an answer is an attack or a mistake.
    private func vet(_ attempt: OutboundAttempt, _ addresses: [IPAddress]) {
        for address in addresses {
            if case .blocked(let reason) = settings.policy.addresses.verdict(for: address) {
                return fail(attempt, .addressBlocked(reason))
            }
        }
        attempt.addressesLeft = Array(addresses.prefix(OutboundLimits.addressTryCountMax))
        attempt.startPhase(attempt.timeLimits.connectMillis, on: loop) { self.fail(attempt, .timeoutConnect) }
        tryNextAddress(attempt, after: .unreachable)
    }

    private func tryNextAddress(_ attempt: OutboundAttempt, after failure: OutboundFailure) {
        guard !attempt.addressesLeft.isEmpty else { return fail(attempt, failure) }
        let address = attempt.addressesLeft.removeFirst()
        guard let target = try? SocketAddress(ipAddress: address.description, port: attempt.key.port) else {
            return fail(attempt, .senderError(.noResources))
        }
        open(attempt, target).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel): self.connected(attempt, channel, to: address)
            case .failure(let error): self.failedToConnect(attempt, error)
            }
        }
    }

    private func open(_ attempt: OutboundAttempt, _ target: SocketAddress) -> EventLoopFuture<any Channel> {
        let bound = NIOLoopBound(attempt, eventLoop: loop)
        return ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // The phase's own timer decides; this one only keeps the library's default from coming first.
            .connectTimeout(.milliseconds(Int64(attempt.timeLimits.connectMillis) + 1_000))
            .channelInitializer { channel in
                bound.value.channel = channel
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .connect(to: target)
    }

    private func failedToConnect(_ attempt: OutboundAttempt, _ error: any Error) {
        attempt.channel = nil
        guard !attempt.isDone else { return }
        let failure = OutboundFailure(connectionError: error)
        guard failure.isWorthAnotherAddress else { return fail(attempt, failure) }
        tryNextAddress(attempt, after: failure)
    }

    private func connected(_ attempt: OutboundAttempt, _ channel: any Channel, to address: IPAddress) {
        guard !attempt.isDone else { return channel.close(promise: nil) }
        attempt.timings.connectMicros = attempt.endPhase(now: loop.now)
        let peer = channel.remoteAddress?.ipAddress.flatMap { try? IPAddress(parsing: $0) }
        guard peer == address else { return fail(attempt, .addressBlocked(.peerDiffers)) }
        let connection = OutboundConnection(
            key: attempt.key, peerAddress: address.description, channel: channel, pool: self)
        do {
            try install(connection, for: attempt)
        } catch {
            fail(attempt, .senderError(.tlsSetup))
        }
    }

    private func install(_ connection: OutboundConnection, for attempt: OutboundAttempt) throws {
        guard attempt.key.scheme == .https else {
            return try connection.install(tls: nil, expectedName: nil) { _ in self.ready(connection, for: attempt) }
        }
        guard let tls else { return fail(attempt, .senderError(.tlsSetup)) }
        let name = attempt.request.url.literalAddress == nil ? attempt.key.host : nil
        let handler = try NIOSSLClientHandler(context: tls, serverHostname: name)
        attempt.startPhase(attempt.timeLimits.tlsMillis, on: loop) { self.fail(attempt, .timeoutTLS) }
        try connection.install(tls: handler, expectedName: name) { failure in
            guard !attempt.isDone else { return }
            attempt.timings.tlsMicros = attempt.endPhase(now: self.loop.now)
            if let failure { return self.fail(attempt, failure) }
            self.ready(connection, for: attempt)
        }
    }

    private func ready(_ connection: OutboundConnection, for attempt: OutboundAttempt) {
        guard !attempt.isDone else { return connection.close() }
        attempt.channel = nil
        attempt.holdsSlot = false
        connection.holdsSlot = true
        connection.send(attempt)
    }
}
