// Package policymatrix holds a test alone: it asks every operation of every service as all kinds of callers, and compares who
// is let in with what a real cloud decided.
//
// What is asked is data: testdata/requests.tsv has an operation a line with its body, where its path leads (when its variables
// do not say so), and what an administrator does before; testdata/things.tsv says how that which a variable names is made.
// The decisions lie in testdata/zed.tsv, and in testdata/zed-secure.tsv those of the same cloud when Glance and Cinder
// enforce new defaults and the kinds of tokens, as newer releases do. An operation that neither a recording nor
// testdata/left_out.tsv has, with the recordings it is missing from and why, fails the test.
//
// To record what a file does not have yet (-ops limits it to a prefix):
//
//	go test ./emulator/internal/policymatrix -run TestRecord -cloud http://127.0.0.1:5000/v3 -password reference -to testdata/zed.tsv
//
// A Cinder that enforces more than that of the catalog does can run beside it: -cinder says where.
package policymatrix
