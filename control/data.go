package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

// A server with a data directory keeps each cloud in clouds/NAME there, and what it was made of in clouds/NAME.json, which
// says that the cloud exists. Named snapshots are not kept.

// kept is the content of clouds/NAME.json.
type kept struct {
	Spec      client.Spec `json:"spec"`
	ForkedOff string      `json:"forked_off,omitempty"`
}

func (s *Server) dataOf(name string) string { return filepath.Join(s.cfg.Data, "clouds", name) }

func (s *Server) specOf(name string) string { return s.dataOf(name) + specSuffix }

const specSuffix = ".json"

// dataFor keeps a cloud where it belongs, if the server keeps clouds at all.
func (s *Server) dataFor(name string) []emulator.Option {
	if s.cfg.Data == "" {
		return nil
	}
	return []emulator.Option{emulator.WithData(s.dataOf(name)), emulator.WithDataSync(s.cfg.DataSync)}
}

// keepSpec writes down what a cloud was made of, once it is there, so that it is made again after a restart. A cloud that
// cannot be kept is given up.
func (s *Server) keepSpec(c *cloud, spec client.Spec) (*cloud, error) {
	if s.cfg.Data == "" {
		return c, nil
	}
	text, err := json.Marshal(kept{spec, c.forkedOff})
	if err == nil {
		err = replace(s.specOf(c.name), text)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cloud %q is not kept: %w", c.name, err), s.Delete(c.name))
	}
	return c, nil
}

// replace writes a file whole or not at all.
func replace(path string, text []byte) error {
	temp := path + ".tmp"
	if err := os.WriteFile(temp, text, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// forgetData deletes what is kept of a cloud that has ended.
func (s *Server) forgetData(name string) error {
	if s.cfg.Data == "" {
		return nil
	}
	err := os.Remove(s.specOf(name))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, emulator.RemoveData(s.dataOf(name)))
}

// Reopen makes the clouds again that the data directory has, the one named First apart, which Open does. What is there of
// clouds that nobody was told of is deleted.
func (s *Server) Reopen() error {
	if s.cfg.Data == "" {
		return nil
	}
	entries, err := os.ReadDir(filepath.Join(s.cfg.Data, "clouds"))
	if err != nil {
		return err
	}
	known := map[string]bool{First: true}
	var errs []error
	for _, entry := range entries {
		name, ok := strings.CutSuffix(entry.Name(), specSuffix)
		if !ok || known[name] || checkName("cloud", name) != nil {
			continue
		}
		known[name] = true
		if err := s.reopen(name); err != nil {
			errs = append(errs, fmt.Errorf("cloud %q: %w", name, err))
		}
	}
	for _, entry := range entries {
		if name := entry.Name(); entry.IsDir() && !known[name] && checkName("cloud", name) == nil {
			errs = append(errs, emulator.RemoveData(s.dataOf(name)))
		}
	}
	return errors.Join(errs...)
}

func (s *Server) reopen(name string) error {
	text, err := os.ReadFile(s.specOf(name))
	if err != nil {
		return err
	}
	var was kept
	if err := json.Unmarshal(text, &was); err != nil {
		return fmt.Errorf("%s: %w", s.specOf(name), err)
	}
	spec := was.Spec
	begun := was.ForkedOff != "" || spec.Snapshot != nil // as something that the options do not tell
	spec.Snapshot = nil
	opts, err := s.optionsOf(spec)
	if err != nil {
		return err
	}
	if begun {
		opts = append([]emulator.Option{emulator.WithFixture(emulator.DefaultFixture())}, opts...) // that is: its own
	}
	_, err = s.add(name, was.ForkedOff, spec.Listen, func(own ...emulator.Option) (*emulator.Emulator, error) {
		all := append(append([]emulator.Option{}, s.cfg.Options...), own...)
		return emulator.New(append(all, opts...)...)
	})
	return err
}
