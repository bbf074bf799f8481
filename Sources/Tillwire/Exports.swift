// An embedding program imports Tillwire and nothing else: the vocabulary below it, and how a store is opened, come along.
@_exported public import Engine
@_exported public import MessageModel
@_exported public import QueueStore
