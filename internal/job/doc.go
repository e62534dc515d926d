// Package job does work after the answer: what a request leaves to be done, and
// what comes round by the clock. Jobs lie in one table of the same database and are
// inserted in the transaction of the change that needs them, so that there is
// never a change without its job or a job without its change.
//
// A job is waiting (or later, when it is not due yet), then running, and ends as
// done, cancelled or dead. A runner claims jobs in batches and holds each by a
// lease that it renews while the work goes on; a job whose runner died goes back
// to waiting when the lease has run out. Work is therefore done at least once, and
// a handler must bear being begun again: what it writes belongs into one
// transaction, best the one of Run.Finish, which ends the job with it.
//
// Order. Each job has a turn, a time in milliseconds, and the lowest comes first.
// A job takes its turn when it is enqueued; each further waiting job of the same
// account takes its turn a second after the one before, so that a thousand jobs of one
// account do not hold up the one of another. A lower class costs ten minutes of
// turn each: what waits longer moves up by itself.
//
// Limits. A runner has a number of workers, and a kind may have workers of its own, that others do not get: many that wait for
// the network, or few that need memory. A kind may run only so often at a time for one account, and a run may enter a place
// where only so many are at a time (Run.Enter). What waits for a worker waits in the table, by its turn. What waits for room is
// parked there: later, with the name of the place, until the process that has room takes it back. It holds no worker.
//
// Keys. Of the jobs of an account with one kind and key at most one waits and at
// most one runs. A second request joins the waiting one; a request that comes
// while one runs waits for it to end, because that run may have read old data.
//
// What work that lasts does at a moment is told to pages here, too (told.go), and who wants it to end is heard: package
// datasource counts it, reads it and wishes in the scope of an account.
//
// Tables owned: jobs, running_fetches, fetch_stops. Account 0 is the installation itself.
package job
