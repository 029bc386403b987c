package cinder

import (
	"slices"
	"strings"
	"sync"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// row is an operation. Rows are written with the project in their path; the same operation without it is added to each.
type row = httpapi.Operation[*Service]

// project is the first segment of most paths: upstream's project_id_regex keeps "/v3/volumes/x" from being a project's.
const project = "/v3/{project_id:[0-9a-f-]+}"

// operations is the whole API. Each group of rows stands in a file of its own.
var operations = sync.OnceValue(func() *httpapi.Table[*Service] {
	rows := slices.Concat(versionRows(), volumeRows(), volumeActionRows(), typeRows(), snapshotRows(), backupRows(), transferRows(), manageRows(), attachmentRows(), connectionRows(), qosRows(), operatorRows(), groupRows(), consistencyRows(), gapRows())
	return httpapi.NewTable(resourceOf, withoutProject(rows))
})

// withoutProject adds to each row the same operation at the path that does not name the project (microversion 3.67
// announces it, but it is there whatever the microversion).
func withoutProject(rows []row) []row {
	out := make([]row, 0, 2*len(rows))
	for _, r := range rows {
		out = append(out, r)
		if rest, ok := strings.CutPrefix(r.Path, project); ok {
			r.Path = "/v3" + rest
			out = append(out, r)
		}
	}
	return out
}

// resourceOf is the first segment behind "/v3" and the project.
func resourceOf(path string) string {
	rest, ok := strings.CutPrefix(path, "/v3/")
	if !ok {
		return path
	}
	first, rest, _ := strings.Cut(rest, "/")
	if first != "" && (first[0] == '{' || isProjectID(first)) {
		first, _, _ = strings.Cut(rest, "/")
	}
	return first
}

func isProjectID(s string) bool { return strings.Trim(s, "0123456789abcdef-") == "" }
