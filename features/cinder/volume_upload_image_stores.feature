@cinder @glance
Feature: The store that a volume's image goes to
  The image of a volume goes to the store that the volume's type names, by the extra spec "image_service:store_id". Without
  one it goes to Glance's default store.

  Background:
    Given Glance has the stores:
      | reliable |           |
      | fast     | default   |
      | cheap    |           |
      | archive  | read-only |

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A type that names no store
    Given a volume type "gold"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "fast"
    And the volume "boot" is "available"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The default type
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "fast"

  @op:cinder.volumes.os-volume_upload_image
  Scenario Outline: A type for images in the store <store>
    Given a volume type "gold" for images in the store "<store>"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "<store>"
    And the image "golden" is described as 1 GiB of zeros
    And the image "golden" has no "os_glance_importing_to_stores" or "os_glance_failed_import" or "os_glance_import_task"
    And the volume "boot" is "available"
    And I find no message about the volume "boot"

    Examples:
      | store    |
      | reliable |
      | fast     |
      | cheap    |

  @op:cinder.volumes.os-volume_upload_image @conversion
  Scenario: A converted image goes there too
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden" with:
      | disk_format | qcow2 |
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The store of the image that the volume came from does not count
    Given an active image "base" with the data "" in the store "reliable"
    And an available volume "boot" of 1 GiB from the image "base"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "fast"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: Two types, two stores, at once
    Given a volume type "gold" for images in the store "cheap"
    And a volume type "silver" for images in the store "reliable"
    And an available volume "boot" of 1 GiB and of the type "gold"
    And an available volume "data" of 1 GiB and of the type "silver"
    When I upload the volume "boot" to an image "golden"
    And I upload the volume "data" to an image "silver"
    And the uploads end
    Then the image "golden" is "active" in the store "cheap"
    And the image "silver" is "active" in the store "reliable"
    And the volume "boot" is "available"
    And the volume "data" is "available"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The type names another store by the time of the next volume
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    And I delete the volume "boot"
    And the volume "boot" disappears
    When the administrator changes the extra spec "image_service:store_id" of the volume type "gold" to "reliable"
    And I create a volume "data" of 1 GiB and of the type "gold"
    Then the volume "data" becomes "available"
    When I upload the volume "data" to an image "silver"
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"
    And the image "silver" is "active" in the store "reliable"

  @op:cinder.volumes.os-retype @config:retyping_driver @op:cinder.volumes.os-volume_upload_image
  Scenario: The volume changes its type between two uploads
    Given a volume type "gold" for images in the store "cheap"
    And a volume type "silver" for images in the store "reliable"
    And an available volume "boot" of 1 GiB and of the type "gold"
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    When I change the type of the volume "boot" to "silver"
    Then the volume "boot" becomes "available"
    When I upload the volume "boot" to an image "later"
    And the upload ends
    Then the image "golden" is "active" in the store "cheap"
    And the image "later" is "active" in the store "reliable"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: One of Glance's own stores, set as the type was created
    Given a volume type "gold" with the extra specs:
      | image_service:store_id | os_glance_tasks_store |
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active" in the store "os_glance_tasks_store"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The store comes from the type alone
    Given an available volume "boot" of 1 GiB
    When I try to upload the volume "boot" to an image "golden" with:
      | store | cheap |
    Then it is refused as a bad request
    And the volume "boot" is "available"
    And no image of the name "golden" is left

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: Glance has a single store by the time of the upload
    Given a volume type "gold" for images in the store "cheap"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When Glance is left with a single store
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" is in no store
    And the volume "boot" is "available"
    And I find no message about the volume "boot"
