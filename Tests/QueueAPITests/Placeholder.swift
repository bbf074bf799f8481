// Tests of QueueAPI.
