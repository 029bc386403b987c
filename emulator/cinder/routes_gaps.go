package cinder

// gap is an operation that upstream has and this package does not.
type gap struct{ op, method, path, action, since string }

// gapRows answer 501 for what is not emulated, and list it.
func gapRows() []row {
	var rows []row
	for _, g := range gaps() {
		rows = append(rows, row{Op: "cinder." + g.op, Method: g.method, Path: project + g.path, Action: g.action, Since: g.since})
	}
	return rows
}

// gaps are none at present: every operation of the contract is emulated.
func gaps() []gap { return nil }
