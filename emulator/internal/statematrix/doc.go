// Package statematrix holds a test alone: it brings volumes, snapshots and backups into every status there is, does to them
// all that can be done, and compares the answers, and what becomes of them, with those of a real Cinder.
//
// What is done is data: testdata/actions.tsv has an action a line (its name, what it is done to, the microversion, the
// request and its body; {id} is the resource, {other} a resource of the same kind, {type} a volume type). The statuses are
// those that os-reset_status takes. testdata/zed.tsv is the recording; testdata/differences.tsv has what differs, and why.
//
// To record what the file does not have yet:
//
//	go test ./emulator/internal/statematrix -run TestRecord -cloud http://127.0.0.1:5000/v3 -password reference -timeout 60m
package statematrix
