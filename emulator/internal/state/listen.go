package state

// Listener hears of every transaction once it can be seen, with what was there before. It must not wait, nor write.
type Listener func(before View, changes []Change)

// Listen has a listener called by every Update from now on that changes something, in their order; nil ends that. Databases
// without one pay nothing. Restore is not told.
func (db *DB) Listen(l Listener) {
	db.writer.Lock()
	defer db.writer.Unlock()
	db.listener = l
}

// Before is the row as it was, a *V to be read only; nil when there was none.
func (c Change) Before(v View) any { return c.Table.(*table).row(v, c.Key) }
