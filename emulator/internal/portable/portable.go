// Package portable writes a cloud into one stream, and reads it back in another process.
//
// The stream is a gzipped tar archive of small text files: manifest.json, a file of JSON lines for each table, and
// blobs.json, which lists the stretches of bytes that rows refer to; the bytes themselves follow, a file for each blob.
// Zeros that nobody wrote are not in it, so a blank terabyte costs nothing here either.
package portable

import (
	"fmt"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Format and Version are what the manifest of such a stream begins with.
const (
	Format  = "fauxstack-snapshot"
	Version = 1
)

// Cloud is what is written, and read.
type Cloud struct {
	Now     time.Time
	IDs     []byte
	Release string
	Fixture []byte // JSON
	Tables  []state.AnyTable
	Root    *state.Root
}

// manifest is the first file.
type manifest struct {
	Format  string
	Version int
	Release string
	Now     time.Time
	IDs     []byte
	Tables  []string
}

// stretches lists what is kept of a blob, in the order of its file.
type stretches struct {
	Size int64 // of the blob
	Kept []stretch
}

// stretch is a range of a blob.
type stretch struct{ From, Size int64 }

// index is the content of blobs.json.
type index struct{ Blobs []stretches }

// The names of the files.
const (
	manifestName = "manifest.json"
	fixtureName  = "fixture.json"
	indexName    = "blobs.json"
)

func tableName(t string) string { return "tables/" + t + ".jsonl" }
func blobName(i int) string     { return fmt.Sprintf("blobs/%d", i) }
