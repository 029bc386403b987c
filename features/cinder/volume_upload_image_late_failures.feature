@cinder @glance
Feature: Uploads that fail late
  What is wrong with a store may show only when the bytes are to move. The upload has been accepted by then, so it fails in
  the background: its user finds a message, the image is gone, and the volume is back.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |

  @op:cinder.volumes.os-volume_upload_image
  Scenario Outline: A store that was <what> from the beginning
    Given a volume type "gold" with the extra specs:
      | image_service:store_id | <store> |
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    Then the upload has begun
    When the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"

    Examples:
      | what      | store   |
      | unknown   | nowhere |
      | read-only | archive |

  # Quirk: upstream does not restrict the list of messages to the caller's project.
  @op:cinder.messages.list
  Scenario: The message is for everybody to see
    Given a volume type "gold" with the extra specs:
      | image_service:store_id | nowhere |
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then a stranger finds the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: After a failure the volume can be uploaded again
    Given a volume type "gold" with the extra specs:
      | image_service:store_id | nowhere |
    And a volume type "silver" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    And an available volume "data" of 1 GiB and of the type "silver"
    When I upload the volume "boot" to an image "golden"
    And I upload the volume "data" to an image "silver"
    And the uploads end
    Then the image "golden" is gone
    And the image "silver" is "active" in the store "cheap"
    When I upload the volume "data" to an image "again"
    And the upload ends
    Then the image "again" is "active" in the store "cheap"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The image is deleted before the bytes have come
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden"
    And the upload is still under way
    And I delete the image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"

  @op:cinder.volumes.os-volume_upload_image @microversion:3.1
  Scenario Outline: A protected image stays behind, without data, when its store is <what>
    Given block storage microversion 3.1
    And a volume type "gold" with the extra specs:
      | image_service:store_id | <store> |
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden" with:
      | protected | true |
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is "queued"
    And the image "golden" has:
      | protected | true |
      | checksum  | null |
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"

    Examples:
      | what      | store   |
      | unknown   | nowhere |
      | read-only | archive |

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: The store is removed after the type was given it
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When the store "cheap" is removed from Glance
    And I upload the volume "boot" to an image "golden"
    Then the upload has begun
    When the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: The store is removed while the upload waits
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the store "cheap" is removed from Glance
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: The store becomes read-only
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When the store "cheap" becomes read-only
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: The store is full
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When the store "cheap" is full
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Not enough quota resource for operation." about the volume "boot", of the event "VOLUME_VOLUME_003_006"

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: The image is larger than Glance takes
    Given an available volume "boot" of 1 GiB
    When Glance takes images of at most 1000 bytes
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Not enough quota resource for operation." about the volume "boot", of the event "VOLUME_VOLUME_003_006"

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: The store may not be written to
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When the store "cheap" may not be written to
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: The volume driver is not initialised, so that nobody tidies up
    Given an available volume "boot" of 1 GiB
    When the volume driver is not initialised
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is "queued"
    And I find the message "copy volume to image:Driver is not initialized at present." about the volume "boot", of the event "VOLUME_VOLUME_003_002"
