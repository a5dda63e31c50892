/* Words that several sources write as they like, for json_as_word. */
#ifndef CHECKHOOK_CORE_DATASET_JSON_WORDS_H
#define CHECKHOOK_CORE_DATASET_JSON_WORDS_H

#include "core/dataset/json_source.h"

/* A free text that says what a user is to the organisation; what is not clear is unknown. */
extern const struct json_word user_type_words[];

#endif
