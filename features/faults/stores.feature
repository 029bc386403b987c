@cinder @glance @control @faults
Feature: Stores that fail while they are used

  Background:
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"

  # glance_store/_drivers/filesystem.py, add: ENOSPC is StorageFull, which Glance answers with 413, and other errors are
  # passed on, which it answers with 500 (glance c76abb08). Cinder tells its user of a quota for any 413.
  @op:cinder.volumes.os-volume_upload_image
  Scenario Outline: A store that <what> in mid-upload
    Given the store "cheap" <what> after 1000000 bytes
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "<message>" about the volume "boot", of the event "<event>"
    When nothing goes wrong any more
    And I upload the volume "boot" to an image "again"
    And the upload ends
    Then the image "again" is "active" in the store "cheap"

    Examples:
      | what    | message                                                               | event                 |
      | is full | copy volume to image:Not enough quota resource for operation.         | VOLUME_VOLUME_003_006 |
      | breaks  | copy volume to image:Failed to upload volume to image at backend.     | VOLUME_VOLUME_003_004 |

  # glanceclient compares what it downloads with os_hash_value (common/utils.py, serious_integrity_iter), and Cinder tries
  # other backends until there are none (flows/manager/create_volume.py, OnFailureRescheduleTask; release Zed).
  @op:cinder.volumes.create
  Scenario: No volume can be made of an image that its store has corrupted
    Given the store "cheap" corrupts what it keeps
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"
    And the image "golden" is described as 1 GiB of zeros
    When I create a volume "copy" of 1 GiB from the image "golden"
    Then the volume "copy" becomes "error"
    And I find the message "schedule allocate volume:Could not find any available weighted backend." about the volume "copy", of the event "VOLUME_VOLUME_001_003"
