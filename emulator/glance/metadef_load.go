package glance

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// metadefsExample is the name of the definitions that come with the emulator.
const metadefsExample = "example"

//go:embed metadefs
var exampleMetadefs embed.FS

// metadefFiles are the files of definitions that the configuration names.
func metadefFiles(source string) (fs.FS, error) {
	if source == metadefsExample {
		return fs.Sub(exampleMetadefs, "metadefs")
	}
	return os.DirFS(source), nil
}

// seedMetadefs loads files of definitions, in the format and in the way of upstream's "glance-manage db_load_metadefs":
// the first file that has a namespace wins.
func (s *Service) seedMetadefs(tx *state.Tx) error {
	if s.cfg.Metadefs == "" {
		return nil
	}
	files, err := metadefFiles(s.cfg.Metadefs)
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return fmt.Errorf("image.metadefs: want a directory of definitions: %w", err)
	}
	var errs []error
	found := false
	for _, entry := range entries {
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		found = true
		n, err := readMetadefs(files, entry.Name(), s.clock.Now())
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("image.metadefs: %s: %w", entry.Name(), err))
		case !s.metadefs.namespaces.Has(tx, n.Name):
			s.metadefs.addNamespace(tx, n)
		}
	}
	if !found {
		errs = append(errs, fmt.Errorf("image.metadefs: no .json files in %s", s.cfg.Metadefs))
	}
	return errors.Join(errs...)
}

// readMetadefs reads a namespace with all that is in it. Loaded definitions have never been updated.
func readMetadefs(files fs.FS, name string, now time.Time) (namespace, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return namespace{}, err
	}
	value, err := schema.Decode(text)
	if err != nil {
		return namespace{}, err
	}
	read, err := namespaceModel.read(value)
	in, ok := read.(dict)
	if err != nil || !ok {
		return namespace{}, errors.New("want a namespace, as the Image API takes it")
	}
	n := namespace{CreatedAt: now}
	n.set(in, "admin")
	if err := n.fill(in, now); err != nil {
		return n, fmt.Errorf("namespace %q: %w", n.Name, err)
	}
	n.UpdatedAt = time.Time{}
	for i := range n.Associations {
		n.Associations[i].UpdatedAt = time.Time{}
	}
	for i := range n.Objects {
		n.Objects[i].UpdatedAt = time.Time{}
	}
	for i := range n.Tags {
		n.Tags[i].UpdatedAt = time.Time{}
	}
	return n, nil
}
