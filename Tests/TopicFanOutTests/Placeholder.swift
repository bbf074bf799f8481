// Tests of TopicFanOut.
