package glance

import (
	"context"
	"errors"
	"fmt"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// kindImportDownload is the job that fetches an import's data.
const kindImportDownload = "glance.image.import_download"

// methodRemote imports from the Glance of another region, of which there is none.
const methodRemote = "glance-download"

// downloads tells whether an import begins by fetching its data.
func downloads(method string) bool { return method == methodDownload || method == methodRemote }

// checkRemote is what an import from another region has to name.
// Quirk: upstream dies of an id that is no text (glance/api/v2/images.py).
func checkRemote(method dict) error {
	for _, key := range []string{"glance_region", "glance_image_id"} {
		if !method.Has(key) {
			return fail.New(fail.Invalid, "'%s' needs to be set for glance-download import method", key)
		}
	}
	value, _ := method.Get("glance_image_id")
	id, ok := value.(string)
	if !ok {
		return crash()
	}
	if !uuidLike(id) {
		return fail.New(fail.Invalid, "Remote image id does not look like a UUID: %s", schema.Str(value))
	}
	return nil
}

// importDownload stages the data that an import fetches. Data that does not come leaves the image "queued", and blames all
// stores.
func (s *Service) importDownload(ctx context.Context, job importJob) error {
	t, i, ok := s.importing(s.db.View(), job.Task)
	if !ok {
		return s.abandonImport(job.Task)
	}
	data, err := s.download(ctx, &t, &i)
	if err != nil {
		return errors.Join(err, s.revertDownload(job.Task))
	}
	err = s.db.Update(func(tx *state.Tx) error {
		t, i, ok := s.importing(tx, job.Task)
		if !ok {
			return nil
		}
		i.Staged = &data.Object
		s.saveImport(tx, &i)
		if len(t.Stores) > 0 {
			s.queue.Begin(tx, kindImportStore, job)
		}
		return nil
	})
	if len(t.Stores) == 0 {
		err = errors.Join(err, s.finishImport(ctx, job.Task))
	}
	return err
}

// download fetches the data of an import into the staging area.
func (s *Service) download(ctx context.Context, t *Task, i *Image) (kept, error) {
	if err := sim.Failure(ctx); err != nil {
		return kept{}, err
	}
	if t.Method == methodRemote {
		return kept{}, errors.New("glance: there is no other region")
	}
	body, size, err := s.fetch(ctx, t.Source)
	if err != nil {
		return kept{}, err
	}
	data, err := s.keep(ctx, reservedStores[stagingStore], i.ID, body, size)
	if closed := body.Close(); err == nil && closed != nil {
		err = fmt.Errorf("glance: %s: %w", t.Source, closed)
	}
	return data, err
}

// revertDownload is what an import without data leaves behind (async_/flows/_internal_plugins/base_download.py).
func (s *Service) revertDownload(task string) error {
	return s.db.Update(func(tx *state.Tx) error {
		t, i, ok := s.importing(tx, task)
		if !ok {
			return nil
		}
		if i.Status == StatusImporting {
			if err := i.move(StatusQueued); err != nil {
				return err
			}
		}
		i.setProperty(importingTo, withoutStores(i.Properties[importingTo], t.Stores...))
		i.setProperty(failedImport, withStores(i.Properties[failedImport], t.Stores...))
		i.unlock()
		s.saveImport(tx, &i)
		s.failTask(tx, t, taskCrashed)
		return nil
	})
}
